// Called by the PowerSync Service as powersync_checkpoints:createCheckpoint whenever a client asks for a
// write checkpoint. The table keeps one row; each call changes it, which moves the deployment's log.
import { mutation } from "./_generated/server";

export const createCheckpoint = mutation({
  args: {},
  handler: async (ctx) => {
    const row = await ctx.db.query("powersync_checkpoints").first();
    // Two calls in one millisecond must both be a change.
    const last_updated = Math.max(Date.now(), (row?.last_updated ?? 0) + 1);
    if (row === null) {
      await ctx.db.insert("powersync_checkpoints", { last_updated });
    } else {
      await ctx.db.patch(row._id, { last_updated });
    }
  },
});
