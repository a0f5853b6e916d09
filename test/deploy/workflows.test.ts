import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');

describe('a workflow', () => {
  const workflows = readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`);

  it.each(workflows)('%s pins each action by its commit, with the version beside it, and has few rights', (file) => {
    for (const [, action] of read(file).matchAll(/uses: (.+)$/gm))
      expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(read(file)).toMatch(/^permissions: \{ contents: read \}$/m);
  });

  it('and CI prove a change by the same command', () => {
    for (const file of ['.ci/run', '.github/workflows/deploy.yml']) expect(read(file)).toContain('npm run prove\n');
    for (const file of ['README.md', 'CONTRIBUTING.md']) expect(read(file)).toContain('`npm run prove`');
  });
});
