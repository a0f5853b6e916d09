import * as z from 'zod';
import { subjectOf } from '../../src/console/known.ts';
import type { Parts, Routes } from '../../src/console/parts.ts';
import { on } from '../../src/console/stage-routes.ts';
import { readChange } from '../../src/lib/change/change.ts';
import { type ValidationSettings, validate } from '../../src/lib/change/validate.ts';
import { nameOf } from '../../src/operator/story/wording.ts';
import type { Sample } from '../samples.ts';
import type { FaultBoard } from './fault-board.ts';
import { withoutPasswords, withPasswords } from './sample-texts.ts';
import type { ScenarioRuns } from './scenario-runs.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Sender } from './sending.ts';
import { findSwitch, SWITCHES } from './switches.ts';

const Send = z.object({
  text: z.string(),
  via: z.enum(['queue', 'webhook']).default('queue'),
  unsigned: z.boolean().default(false),
  /** The sample that the text came from. */
  from: z.string().optional(),
  /** True to put its task into the state that the sample needs. */
  prepares: z.boolean().default(false),
});
const SetFault = z.object({
  name: z.string(),
  times: z.number().int().min(1).max(1000).optional(),
  task: z.string().max(64).optional(),
});
const Text = Send.pick({ text: true, from: true });
const Name = z.object({ name: z.string() });

/** The parts of the console that only a local stack has. */
interface LocalParts {
  samples: Sample[];
  faults: FaultBoard;
  scenarios: ScenarioRuns;
  validation: ValidationSettings;
  send(): Sender | undefined;
}

/** The routes that only a local stack has: the form, the switches and the scenarios. */
export function createLocalRoutes(
  { store }: Pick<Parts, 'store'>,
  { samples, faults, scenarios, validation, send }: LocalParts,
): Routes {
  const sampleOf = (name: string | undefined) => samples.find(({ file }) => file === name);
  return {
    reads: {
      '/console/menu': () => ({
        samples: samples.map(toChoice),
        switches: SWITCHES,
        scenarios: SCENARIOS.map(({ name, title, short, about }) => ({ name, title, short, about })),
      }),
    },
    writes: {
      /** Validates as the relay does, so that the form can show problems before anything is sent. */
      '/console/problems': on(Text, ({ text, from }) => {
        const change = validate(readChange(withPasswords(text, sampleOf(from)?.text)), validation);
        return change.kind === 'invalid' ? { problems: change.problems } : { problems: [], omitted: change.omitted };
      }),
      '/console/send': on(Send, async ({ from, prepares, ...sending }) => {
        const sender = send();
        if (!sender) return undefined;
        const sample = sampleOf(from);
        const text = withPasswords(sending.text, sample?.text);
        const { key, change } = subjectOf(text, validation);
        store.adopt(text);
        const receipt = await sender({ ...sending, text, ...(prepares && sample?.given && { given: sample.given }) });
        return { ...receipt, key, ref: nameOf(change) };
      }),
      '/console/set-fault': on(SetFault, async ({ name, ...scope }) => {
        if (!findSwitch(name)) return undefined;
        await faults.set(name, scope);
        return { set: name };
      }),
      '/console/clear-faults': async () => {
        await faults.clear();
        return { set: 'nothing' };
      },
      '/console/scenario': on(Name, ({ name }) => scenarios.start(name)),
    },
  };
}

/** A sample as an option of the form. */
function toChoice({ file, text, outcome }: Sample) {
  const type = /"type": *"(migration\.[\w.-]+)"/.exec(text)?.[1];
  const group = file.startsWith('invalid/') ? 'invalid' : (type ?? 'other');
  return { file, text: withoutPasswords(text), group, expected: outcome };
}
