import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a team keeps a file per stage, as seen from where the command is run. */
const FOLDER = 'stages';

/** The stages that have a file here; none where there is no such folder. */
export function stageNames(folder = FOLDER): string[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => (name.endsWith('.yml') ? [name.slice(0, -4)] : []))
      .toSorted();
  } catch {
    return [];
  }
}

/** The AWS region that stages/NAME.yml names: one line of plain text, which needs no parser. */
export function regionIn(stage: string, folder = FOLDER): string | undefined {
  try {
    return /^region: *(["']?)([\w-]+)\1 *(?:#.*)?$/m.exec(readFileSync(join(folder, `${stage}.yml`), 'utf8'))?.[2];
  } catch {
    return undefined;
  }
}
