import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutPasswords, withPasswords } from '../../../local/console/sample-texts.ts';
import { readSamples } from '../../../local/samples.ts';
import { type StartedConsole, startConsole } from './started-console.ts';

const FILE = 'dcs-configure-incremental.json';
const sample = await readFile(`events/${FILE}`, 'utf8');

describe('a sample in the form', () => {
  it('has a placeholder in place of its password, and every other character as it is', () => {
    const shown = withoutPasswords(sample);
    expect(shown).toBe(sample.replace('"xxxxxx"', '"(password 1 of the sample)"'));
    expect(withPasswords(shown, sample)).toBe(sample);
  });

  it('gets its passwords back in place of the placeholders, whatever else was edited', () => {
    const text = String.raw`{"a":{"password":"o\"$&ne"},"b":{"password" : "two"},"c":{"password":""}}`;
    const shown = withoutPasswords(text);
    expect(shown).not.toMatch(/ne"|two/);
    expect(withPasswords(`[${shown.replace('"a":', '"b2":')}]`, text)).toBe(`[${text.replace('"a":', '"b2":')}]`);
    expect(withPasswords(shown.replace('"(password 2 of the sample)"', '"own"'), text)).toBe(
      text.replace('two', 'own'),
    );
    expect(withPasswords(shown, undefined)).toBe(shown);
  });
});

describe('the console', () => {
  let served: StartedConsole;
  beforeAll(async () => {
    served = await startConsole(await readSamples());
  });
  afterAll(() => served.close());

  it('hands out samples without their passwords', async () => {
    const { samples } = (await (await fetch(`${served.url}/console/menu`)).json()) as { samples: { text: string }[] };
    const passwords = samples.flatMap(({ text }) => text.match(/"password": "[^"]+"/g) ?? []);
    expect(passwords.length).toBeGreaterThan(1);
    expect(new Set(passwords)).toEqual(new Set(['"password": "(password 1 of the sample)"']));
  });

  it('validates a text from the page as its sample', async () => {
    const file = 'invalid/password-and-reference.json';
    const text = withoutPasswords(await readFile(`events/${file}`, 'utf8'));
    const asked = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const check = async (body: object) =>
      (
        (await (await fetch(`${served.url}/console/problems`, { ...asked, body: JSON.stringify(body) })).json()) as {
          problems: object[];
        }
      ).problems;
    expect(await check({ text, from: file })).toHaveLength(1);
    expect(await check({ text: withoutPasswords(sample), from: FILE })).toEqual([]);
  });
});
