// The tables that sync.yaml reads.
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  users: defineTable({
    name: v.string(),
    email: v.string(),
    settings: v.object({ theme: v.string(), notifications: v.boolean() }),
  }),
  lists: defineTable({
    name: v.string(),
    owner_id: v.id("users"),
    archived: v.boolean(),
  }).index("by_owner", ["owner_id"]),
  list_members: defineTable({
    list_id: v.id("lists"),
    user_id: v.id("users"),
    role: v.union(v.literal("owner"), v.literal("editor"), v.literal("reader")),
  }).index("by_list_and_user", ["list_id", "user_id"]),
  todos: defineTable({
    list_id: v.id("lists"),
    title: v.string(),
    done: v.boolean(),
    rank: v.number(),
    labels: v.array(v.string()),
  }).index("by_list", ["list_id"]),
});
