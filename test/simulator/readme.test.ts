import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCESS_KEY, DEFAULT_USER } from '../../simulator/credentials.ts';
import { FaultRequest } from '../../simulator/fault-request.ts';
import { LOG_FILTERS } from '../../simulator/log-calls.ts';
import { ROUTES } from '../../simulator/routes.ts';
import { Settings } from '../../simulator/settings.ts';

const readme = readFileSync(new URL('../../simulator/README.md', import.meta.url), 'utf8');

describe('the README of the simulator', () => {
  it.each([
    ...Object.keys(Settings.shape),
    ...Object.keys(FaultRequest.shape),
    ...(FaultRequest.shape.reply.unwrap().options as string[]),
    ...LOG_FILTERS,
    DEFAULT_ACCESS_KEY.access,
    DEFAULT_ACCESS_KEY.secret,
    DEFAULT_USER.password,
  ])('explains `%s`', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  it.each(ROUTES)('has a row for $operation', ({ operation, method, path }) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${method} ${path}\``));
    expect(row).toMatch(new RegExp(` \\| ${operation}\\b`));
  });
});
