import type { LogLine } from '../../local/assembly.ts';
import { LOCAL_SECRETS } from '../../local/local-secrets.ts';
import { preparePackage } from '../../local/prepare.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_CREDENTIALS } from '../../simulator/credentials.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import type { Values } from '../world/task.ts';
import { REFERENCES, secretName, secretValue } from './changes.ts';
import { startDynoxide } from './dynoxide.ts';
import type { RunOptions } from './options.ts';
import { startOf } from './subjects.ts';

export const TIME_SCALE = 20;

/** A stack, and the simulator that is its provider. */
export interface World {
  stack: Stack;
  provider: Simulator;
}

/** Tasks move on by themselves, and lists show new ones late. */
export const SETTINGS = { moves_after_ms: 1000, list_lag_ms: 1000 };

/** Every secret of a run contains "canary", so that a leak is found wherever it is. */
const SECRET_KEY = 'canary-secret-key-0000000000000000001';

/** Starts the packaged functions and everything that they need, with secrets that can be recognised. */
export async function startWorld(
  { database, workers }: RunOptions,
  subjects: ReadonlyMap<string, Values>,
  onLog: (line: LogLine) => void,
): Promise<World> {
  let provider: Simulator | undefined;
  const stack = await startStack({
    folder: await preparePackage('local'),
    timeScale: TIME_SCALE,
    workers,
    secrets: canaries(),
    startTables: database === 'dynoxide' ? startDynoxide : undefined,
    onLog,
    startProvider: async () => {
      provider = await startSimulator({ credentials: credentials(), settings: SETTINGS, ...startOf(subjects) });
      return provider;
    },
  });
  if (!provider) throw new Error('the stack started without its provider');
  return { stack, provider };
}

function canaries() {
  const name = 'migration-relay/local/provider';
  const known = JSON.parse(LOCAL_SECRETS[name] ?? '{}') as object;
  return {
    ...LOCAL_SECRETS,
    [name]: JSON.stringify({ ...known, secret_key: SECRET_KEY }),
    ...Object.fromEntries(REFERENCES.map((reference) => [secretName(reference), secretValue(reference)])),
  };
}

const credentials = () => ({ ...DEFAULT_CREDENTIALS, accessKeys: [{ ...DEFAULT_ACCESS_KEY, secret: SECRET_KEY }] });
