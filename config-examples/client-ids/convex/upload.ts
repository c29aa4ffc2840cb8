// What a client's upload queue calls: one mutation per batch, so a batch is one commit and becomes
// visible to all clients as a whole. Uploads may arrive twice: the same uuid is the same document.
import { mutation, type MutationCtx } from "./_generated/server";
import { v } from "convex/values";

const operation = v.object({
  op: v.union(v.literal("PUT"), v.literal("PATCH"), v.literal("DELETE")),
  table: v.union(v.literal("lists"), v.literal("todos")),
  id: v.string(), // the row's id on the device
  data: v.optional(v.any()), // columns as on the device
});

export const apply = mutation({
  args: { operations: v.array(operation) },
  handler: async (ctx, { operations }) => {
    const user = await ctx.auth.getUserIdentity();
    if (user === null) throw new Error("Not signed in");
    for (const { op, table, id, data } of operations) {
      const found = await byUuid(ctx, table, id);
      if (found !== null && found.owner_id !== user.subject) throw new Error("Not yours");
      if (op === "DELETE") {
        if (found !== null) await ctx.db.delete(found._id);
        continue;
      }
      const fields = toFields(table, data ?? {});
      if (found !== null) {
        await ctx.db.patch(found._id, fields);
      } else if (op === "PUT") {
        await ctx.db.insert(table, { ...defaults(table), ...fields, uuid: id, owner_id: user.subject });
      }
    }
  },
});

function byUuid(ctx: MutationCtx, table: "lists" | "todos", uuid: string) {
  return ctx.db
    .query(table)
    .withIndex("by_uuid", (q) => q.eq("uuid", uuid))
    .unique();
}

// The columns of sync.yaml, back to the fields of the documents. Devices store booleans as 0 and 1.
function toFields(table: "lists" | "todos", data: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if ("name" in data && table === "lists") fields.name = String(data.name);
  if ("title" in data && table === "todos") fields.title = String(data.title);
  if ("done" in data && table === "todos") fields.done = Boolean(data.done);
  if ("list_id" in data && table === "todos") fields.list_uuid = String(data.list_id);
  return fields;
}

function defaults(table: "lists" | "todos"): any {
  return table === "lists" ? { name: "" } : { title: "", done: false, list_uuid: "" };
}
