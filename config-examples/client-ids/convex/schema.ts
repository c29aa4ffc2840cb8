// The tables that sync.yaml reads. "uuid" is made on the device; the index finds the document by it.
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  lists: defineTable({
    uuid: v.string(),
    owner_id: v.string(),
    name: v.string(),
  }).index("by_uuid", ["uuid"]),
  todos: defineTable({
    uuid: v.string(),
    owner_id: v.string(),
    list_uuid: v.string(),
    title: v.string(),
    done: v.boolean(),
  }).index("by_uuid", ["uuid"]),
});
