import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import type { CompiledTemplate } from './compiled.ts';

/** It takes seconds to load, and is shared by all tests of a process. */
let validator: InstanceType<typeof RegoEngine> | undefined;

/** Rules about ARNs that are written out, which is meant here, and about what serverless writes. */
const MEANT = ['W9002', 'W9013', 'W1020', 'W3005'];

/** What AWS's validator says about the templates of a package. */
export async function faultsOf({ folder }: CompiledTemplate): Promise<string[]> {
  validator ??= new RegoEngine();
  const engine = validator;
  const files = (await readdir(folder)).filter((name) => /^cloudformation-template-(update|state)-.*json$/.test(name));
  return files.flatMap((name) =>
    engine
      .validateStandard(new TemplateFile(join(folder, name)), { severityLevel: 'WARN' })
      .diagnostics.filter(({ ruleId }) => !MEANT.includes(ruleId))
      .map(({ ruleId, message }) => `${ruleId} ${message}`),
  );
}
