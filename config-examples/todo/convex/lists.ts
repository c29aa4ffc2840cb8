// Users and their lists. Sharing a list makes all of it appear on the other user's devices.
import { mutation } from "./_generated/server";
import { v } from "convex/values";

export const createUser = mutation({
  args: { name: v.string(), email: v.string() },
  handler: (ctx, args) =>
    ctx.db.insert("users", { ...args, settings: { theme: "light", notifications: true } }),
});

export const create = mutation({
  args: { name: v.string(), owner_id: v.id("users") },
  handler: (ctx, args) => ctx.db.insert("lists", { ...args, archived: false }),
});

export const share = mutation({
  args: { list_id: v.id("lists"), user_id: v.id("users") },
  handler: (ctx, args) => ctx.db.insert("list_members", { ...args, role: "reader" }),
});
