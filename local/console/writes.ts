import * as z from 'zod';
import { RESOLUTIONS } from '../../src/contracts/operator-events.ts';
import { readChange } from '../../src/lib/change/change.ts';
import { examine } from '../../src/lib/change/validate.ts';
import { refOf, subjectOf } from './known.ts';
import { replayOne, resolveOne } from './operating.ts';
import type { Given, Parts } from './parts.ts';
import { withPasswords } from './sample-texts.ts';
import { findSwitch } from './switches.ts';

const Send = z.object({
  text: z.string(),
  via: z.enum(['queue', 'webhook']).default('queue'),
  unsigned: z.boolean().default(false),
  /** The sample that the text came from. */
  from: z.string().optional(),
  /** Its task is put into the state that it is made for. */
  prepares: z.boolean().default(false),
});
const Misbehave = z.object({
  name: z.string(),
  times: z.number().int().min(1).max(1000).optional(),
  task: z.string().max(64).optional(),
});
const Text = Send.pick({ text: true, from: true });
const Name = z.object({ name: z.string() });
const Replay = z.object({ key: z.string(), outOfOrder: z.boolean().default(false) });
const Resolve = z.object({
  key: z.string(),
  as: z.enum(RESOLUTIONS),
  reason: z.string().trim().min(1).max(1000),
});

/** What may be ordered, by path. */
export function createWrites(parts: Parts): Record<string, (body: Record<string, unknown>) => Given> {
  const { store, faults, scenarios, samples, intake, attached } = parts;
  const sampleOf = (name: string | undefined) => samples.find(({ file }) => file === name);
  return {
    /** The same judgement as the relay's, so that the form can say what is wrong before anything is sent. */
    '/console/problems': on(Text, ({ text, from }) => {
      const judged = examine(readChange(withPasswords(text, sampleOf(from)?.text)), intake);
      return judged.kind === 'refusal' ? { problems: judged.problems } : { problems: [], ignored: judged.ignored };
    }),
    '/console/send': on(Send, async ({ from, prepares, ...sending }) => {
      const at = attached();
      if (!at) return undefined;
      const sample = sampleOf(from);
      const text = withPasswords(sending.text, sample?.text);
      const { key, change } = subjectOf(text, intake);
      store.adopt(text);
      const taken = await at.send({ ...sending, text, ...(prepares && sample?.given && { given: sample.given }) });
      return { ...taken, key, ref: refOf(change) };
    }),
    '/console/misbehave': on(Misbehave, async ({ name, ...scope }) => {
      if (!findSwitch(name)) return undefined;
      await faults.set(name, scope);
      return { set: name };
    }),
    '/console/well-again': async () => {
      await faults.clear();
      return { set: 'nothing' };
    },
    '/console/scenario': on(Name, ({ name }) => scenarios.start(name)),
    '/console/replay': on(Replay, (order) => replayOne(parts, order)),
    '/console/resolve': on(Resolve, (order) => resolveOne(parts, order)),
  };
}

/** Only a body of the right shape is acted on; for any other there is nothing. */
function on<Shape extends z.ZodType>(shape: Shape, act: (input: z.output<Shape>) => Given) {
  return (body: Record<string, unknown>): Given => {
    const read = shape.safeParse(body);
    return read.success ? act(read.data) : undefined;
  };
}
