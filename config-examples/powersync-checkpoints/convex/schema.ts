// Optional. PowerSync's own Convex module needs this table; convex-powersync does not: it releases write
// checkpoints on an idle deployment without it. Deploy it to be able to switch between the two.
// The source connector never replicates the table; it only lets it move the position.
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  // ... your own tables ...
  powersync_checkpoints: defineTable({ last_updated: v.float64() }),
});
