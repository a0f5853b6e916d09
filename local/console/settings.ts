import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { REVISIONS } from '../../src/lib/operations/operation.ts';
import { LOCAL_REGION } from '../../src/operator/stage/stage.ts';
import { PROJECT } from '../folders.ts';
import type { Stack } from '../stack.ts';

const Configuration = z.object({
  Environment: z.object({
    Variables: z.looseObject({
      STAGE: z.string(),
      LEDGER_TABLE: z.string(),
      SMS_API_REVISION: z.enum(REVISIONS).default(REVISIONS[1]),
      TIME_SCALE: z.coerce.number().default(1),
      MAX_ATTEMPTS: z.coerce.number().default(10),
    }),
  }),
});

/** What the status bar shows of a stack, and where its ledger is. */
export type StackSettings = Awaited<ReturnType<typeof readSettings>>;

/** Reads a stack's settings from the environment of its functions. */
export async function readSettings({ endpoints, workers }: Stack) {
  const name = workers().find(({ functionName }) => /[cC]hanges$/.test(functionName))?.functionName ?? '';
  const response = await fetch(
    `${endpoints.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/${encodeURIComponent(name)}/configuration`,
  );
  const { Variables: variables } = Configuration.parse(await response.json()).Environment;
  const { version } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
  return {
    version,
    stage: variables.STAGE,
    revision: variables.SMS_API_REVISION,
    timeScale: variables.TIME_SCALE,
    maxAttempts: variables.MAX_ATTEMPTS,
    table: variables.LEDGER_TABLE,
    region: LOCAL_REGION,
  };
}
