/** The type of the change that a schedule of the stage sends. Its result shows that the way through the stage works. */
export const HEARTBEAT = 'migration.relay.heartbeat';

/** The source of a stage's heartbeats and of their results. `source` is that of its other results. */
export const heartbeatSource = (source: string) => `${source}.heartbeat`;

const SOURCE = /^migration-relay\.[a-z][a-z0-9-]{0,30}\.heartbeat$/;

/** True for what has the source of a stage's heartbeats: a heartbeat, or its result. */
export const isOfHeartbeat = ({ source }: { source?: string | undefined }) =>
  source !== undefined && SOURCE.test(source);
