import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder with a file per stage, relative to where the command is run. */
const FOLDER = 'stages';

/** The stages that have a file in the folder; none if there is no such folder. */
export function stageNames(folder = FOLDER): string[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => (name.endsWith('.yml') ? [name.slice(0, -4)] : []))
      .toSorted();
  } catch {
    return [];
  }
}

/** The AWS region in stages/NAME.yml. It is one line of plain text, so no parser is needed. */
export function regionIn(stage: string, folder = FOLDER): string | undefined {
  return /^region: *(["']?)([\w-]+)\1 *(?:#.*)?$/m.exec(stageFile(stage, folder) ?? '')?.[2];
}

/** The text of stages/NAME.yml; undefined if there is no such file. */
export function stageFile(stage: string, folder = FOLDER): string | undefined {
  try {
    return readFileSync(join(folder, `${stage}.yml`), 'utf8');
  } catch {
    return undefined;
  }
}
