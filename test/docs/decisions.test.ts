import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');

describe('the decisions', () => {
  const folder = 'docs/decisions';
  const records = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  const index = read(`${folder}/README.md`);

  it.each(records)('%s has a number of its own, a status and a date, and stands in the index as it is', (name) => {
    const [title = '', , status = ''] = read(`${folder}/${name}`).split('\n');
    expect(title).toMatch(/^# \S/);
    expect(status).toMatch(/^(Accepted|Superseded by \[\d{4}\]\(\d{4}-[\w-]+\.md\)), \d{4}-\d\d-\d\d\.$/);
    expect(index).toContain(`| [${name.slice(0, 4)}](${name}) | ${title.slice(2)} | ${status.slice(0, -1)} |\n`);
    expect(records.filter((other) => other.startsWith(name.slice(0, 5)))).toEqual([name]);
  });

  it('are all that the index has, in their order', () => {
    expect([...index.matchAll(/^\| \[\d{4}\]\(([^)]+)\)/gm)].map(([, name]) => name)).toEqual(records);
  });
});
