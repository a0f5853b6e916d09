import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSamples } from '../src/cli/input/samples.ts';
import type { SampleEvent } from '../src/contracts/examples.ts';
import { contractFiles } from '../src/contracts/files.ts';
import { type JsonObject, parseJson } from '../src/lib/json/exact-json.ts';
import { cliPage } from './cli-page.ts';
import { readOptions } from './options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The samples of events/ that are valid events, in the order of samples.json. */
export async function readSampleEvents(): Promise<SampleEvent[]> {
  const samples = (await readSamples()).filter(({ file }) => !file.startsWith('invalid/'));
  return samples.map(({ file, text }) => ({ file, event: parseJson(text) as JsonObject }));
}

if (import.meta.main) {
  readOptions('npm run contracts -- (no options): writes the generated pages below docs/.', {});
  const files = contractFiles(await readSampleEvents()).set('docs/cli.md', cliPage());
  await Promise.all([...files].map(([path, text]) => writeFile(join(root, path), text)));
  console.log(`${files.size} files written below docs/`);
}
