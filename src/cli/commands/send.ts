import { randomUUID } from 'node:crypto';
import type { ValidChange } from '../../lib/change/validate.ts';
import { usage } from '../../operator/fault.ts';
import { readWay } from '../../operator/stage/sending.ts';
import { NAMED_FAULTS, setFault } from '../../operator/stage/simulator-faults.ts';
import { putSubject } from '../../operator/stage/simulator-tasks.ts';
import { settingsOf } from '../../operator/stage/validation-settings.ts';
import { requireValid } from '../input/change-input.ts';
import { type DoneFile, NO_DONE_FILE, openDoneFile } from '../input/done-file.ts';
import { applyEdits } from '../input/edits.ts';
import { type InputChange, readInput } from '../input/input-files.ts';
import { readDuration, requireKnown } from '../input/option-values.ts';
import { findSample, type Sample } from '../input/samples.ts';
import type { Run, Session } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { sendEach } from './send-all.ts';
import { warningsOf } from './validate.ts';

interface Options {
  sample?: string;
  set: string[];
  id?: string;
  sequence?: string;
  via: string;
  url?: string;
  secretFile?: string;
  wait: boolean;
  timeout: string;
  dryRun?: boolean;
  again?: boolean;
  fault?: string;
}

/** Validates changes, sends them, and waits for their results, both in a terminal and in a pipe. */
export const send: Run<Options> = async (session, [file], options) => {
  const { io, screen } = session;
  const way = readWay(options.via, options.url, options.secretFile);
  const timeout = readDuration('timeout', options.timeout);
  const stage = await session.stage();
  const { inputs, sample } = await collect(session, file, options);
  const valid = requireValid(inputs, await settingsOf(stage));
  for (const { change } of valid) for (const warning of warningsOf(change)) screen.warn(warning);
  const done = await doneFileOf(inputs, options);
  const remaining = valid.filter(({ input: { text } }) => !done.has(text));
  if (options.dryRun)
    return dry(
      session,
      remaining.map(({ change }) => change),
    );
  await done.requireWritable();
  await confirmWrite(screen, stage, `sends ${remaining.length === 1 ? 'a change' : `${remaining.length} changes`}`);
  await prepare(session, remaining[0]?.change, sample, options);
  if (remaining.length < valid.length)
    screen.say(
      `${valid.length - remaining.length} of ${valid.length} lines were already done (--again sends them too)`,
    );
  return sendEach(session, {
    stage,
    valid: remaining,
    way,
    done,
    until: options.wait ? io.now() + timeout : undefined,
  });
};

/** The changes of a file, or a sample under a new id. */
async function collect(
  { io }: Session,
  file: string | undefined,
  options: Options,
): Promise<{ inputs: InputChange[]; sample?: Sample }> {
  const { sample: name, set, id, sequence } = options;
  if ((file === undefined) === (name === undefined))
    throw usage('give either a file or --sample', { fix: 'relay send --sample dcs.configure' });
  if (name === undefined) {
    const inputs = await readInput([file ?? ''], io);
    if (inputs.length > 1 && (id ?? sequence) !== undefined) throw usage('--id and --sequence are for one change');
    return { inputs: inputs.map((one) => ({ ...one, text: applyEdits(one.text, { set, id, sequence }) })) };
  }
  const sample = await findSample(name);
  const own = id ?? `${name.replaceAll('.', '-')}-${randomUUID().slice(0, 8)}`;
  return {
    sample,
    inputs: [{ file: `events/${sample.file}`, text: applyEdits(sample.text, { set, sequence, id: own }) }],
  };
}

const doneFileOf = ([first]: InputChange[], { again }: Options): Promise<DoneFile> | DoneFile =>
  first?.line === undefined || first.file === '-' || again ? NO_DONE_FILE : openDoneFile(first.file);

/** Puts the sample's task or source server into the state that it needs, and sets the simulated failure that --fault names. */
async function prepare(
  { stage, screen }: Session,
  change: ValidChange | undefined,
  sample: Sample | undefined,
  { fault }: Options,
) {
  const { local } = await stage();
  const named = fault === undefined ? undefined : faultNamed(fault);
  if (named && !local) throw usage('--fault is for the local stack only');
  if (!local || !change) return;
  if (sample?.given) await putSubject(local.simulatorUrl, change.subject, sample.given);
  if (!named) return;
  const { operation, subject } = change;
  await setFault(local, fault ?? '', { service: operation.service, task: subject.id, call: operation.call });
  screen.say(`! provider   ${named.what}; expected: ${named.expect}`, 'yellow');
}

function faultNamed(name: string) {
  requireKnown(name, Object.keys(NAMED_FAULTS), 'no such fault');
  return NAMED_FAULTS[name];
}

function dry({ screen }: Session, changes: ValidChange[]): number {
  const rows = changes.map(({ event, operation, subject }) => [event.id, operation.change, subject.id]);
  screen.print({
    text: () => [...rows.map(([id, type, task]) => `would send  ${id} · ${type} · task ${task}`), 'Nothing was sent.'],
    rows,
    json: {
      items: changes.map(({ event: { id, source, type }, subject }) => ({ id, source, type, subject })),
      next: null,
      sent: false,
    },
  });
  return EXIT.done;
}
