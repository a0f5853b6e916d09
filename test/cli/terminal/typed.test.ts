import { describe, expect, it } from 'vitest';
import { asTyped, programOf } from '../../../src/cli/terminal/typed.ts';

describe('what the user typed', () => {
  const NPX = { npm_lifecycle_event: 'npx', npm_lifecycle_script: "'relay'", npm_command: 'exec' };

  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['the command itself', ['status', 'x'], {}, 'relay'],
    ['npx', ['status', 'x'], NPX, 'npx relay'],
    ['a script of npm that calls the command', ['status', 'x'], { ...NPX, npm_lifecycle_event: 'test' }, 'relay'],
    ['npx of another program that calls the command', ['status'], { ...NPX, npm_lifecycle_script: 'vitest' }, 'relay'],
    [
      'a stage',
      ['send', 'f', '--stage', 'prod', '--region=eu-west-3'],
      NPX,
      'npx relay --stage prod --region eu-west-3',
    ],
    ['something that only looks like an option', ['status', '--', '--stage', 'x'], {}, 'relay'],
    ['an option without its value', ['status', '--stage'], {}, 'relay'],
  ])('by %s is suggested again', (_name, args, env, program) => {
    expect(programOf(args, env)).toBe(program);
  });

  it('replaces the command, and no other text', () => {
    expect(asTyped('relay status x', 'npx relay')).toBe('npx relay status x');
    expect(asTyped('look at the relay', 'npx relay')).toBe('look at the relay');
  });
});
