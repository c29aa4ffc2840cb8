// How an app changes the data. Every mutation becomes visible to clients as a whole or not at all.
import { mutation } from "./_generated/server";
import { v } from "convex/values";

export const add = mutation({
  args: { list_id: v.id("lists"), title: v.string(), rank: v.number() },
  handler: (ctx, args) => ctx.db.insert("todos", { ...args, done: false, labels: [] }),
});

export const complete = mutation({
  args: { id: v.id("todos"), done: v.boolean() },
  handler: (ctx, { id, done }) => ctx.db.patch(id, { done }),
});

export const move = mutation({
  args: { id: v.id("todos"), list_id: v.id("lists") },
  handler: (ctx, { id, list_id }) => ctx.db.patch(id, { list_id }),
});

export const removeList = mutation({
  args: { id: v.id("lists") },
  handler: async (ctx, { id }) => {
    const todos = ctx.db.query("todos").withIndex("by_list", (q) => q.eq("list_id", id));
    for await (const todo of todos) {
      await ctx.db.delete(todo._id);
    }
    const members = ctx.db
      .query("list_members")
      .withIndex("by_list_and_user", (q) => q.eq("list_id", id));
    for await (const member of members) {
      await ctx.db.delete(member._id);
    }
    await ctx.db.delete(id);
  },
});
