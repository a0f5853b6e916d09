import type { Evidence } from '../evidence.ts';
import type { Course, Scene } from './course.ts';
import { translate } from './provider-log.ts';

/** All that the checker may look at, and what belongs to nothing that was sent. */
export interface Gathered {
  evidence: Evidence;
  strangers: string[];
}

/** Gathers the provider's log, the results, what is left in the queues, and every text in which no secret may stand. */
export async function gather(scene: Scene, course: Course, scaled: (at: number) => number): Promise<Gathered> {
  const { world, inventory, records, lines, sendings } = scene;
  const entries = world.provider.log();
  const { log, strangers } = translate({ entries, records, scaled, requestOf: course.provider.requestOf });
  const uids = new Map(sendings.map(({ text, asked }) => [text, asked.uid]));
  const dead = (await inventory.dead()).map((body) => uids.get(body) ?? 'unknown');
  const evidence: Evidence = {
    accepted: records.accepted,
    log,
    published: records.published,
    waiting: course.drained ? [] : records.openUids(),
    dead,
    // Nothing is buried on purpose here.
    overReceived: dead,
    dangling: 0,
    texts: {
      results: records.published.map(({ detail }) => detail),
      ledger: await inventory.rows(),
      logs: [...lines],
    },
  };
  return { evidence, strangers: [...strangers, ...records.strangers] };
}
