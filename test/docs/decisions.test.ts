import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = 'docs/decisions';
const INDEX = `${FOLDER}/README.md`;
const STATUS = /^(Accepted|Superseded by \[\d{4}\]\(\d{4}-[\w-]+\.md\)), \d{4}-\d\d-\d\d\.$/;

const records = readdirSync(FOLDER)
  .filter((name) => /^\d{4}-/.test(name))
  .map((name) => {
    const [title = '', , status = ''] = readFileSync(`${FOLDER}/${name}`, 'utf8').split('\n');
    return { name, title, status };
  });

describe('a decision', () => {
  it.each(records)('$name has a number of its own, a title, and below it a status with a date', (record) => {
    expect(record).toMatchObject({ title: expect.stringMatching(/^# \D/), status: expect.stringMatching(STATUS) });
    expect(records.filter(({ name }) => name.startsWith(record.name.slice(0, 5)))).toHaveLength(1);
  });
});

it('the index has every decision; UPDATE_PAGES=1 npm run test:unit -- docs/decisions writes it', () => {
  const rows = records.map(
    ({ name, title, status }) => `| [${name.slice(0, 4)}](${name}) | ${title.slice(2)} | ${status.slice(0, -1)} |\n`,
  );
  const index = readFileSync(INDEX, 'utf8');
  const wanted = `${index.slice(0, index.indexOf('|---|'))}|---|---|---|\n${rows.join('')}`;
  if (process.env.UPDATE_PAGES) writeFileSync(INDEX, wanted);
  else expect(index).toBe(wanted);
});
