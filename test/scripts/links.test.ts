import { describe, expect, it } from 'vitest';
import { defaultRunbook } from '../../scripts/links.ts';

const PAGE = 'https://github.com/team/relay/blob/HEAD/docs/runbook.md';

describe('the runbook that alarms lead to', () => {
  it.each([
    ['a URL of git', { repository: { type: 'git', url: 'git+https://github.com/team/relay.git' } }, PAGE],
    ['an address of a page', { repository: 'https://github.com/team/relay' }, PAGE],
    ['an address of ssh', { repository: 'git@github.com:team/relay.git' }, PAGE],
    ["npm's short form", { repository: 'github:team/relay' }, PAGE],
    [
      'another host, whose addresses have another form',
      { repository: 'https://example.com/team/relay' },
      'docs/runbook.md',
    ],
    ['no repository', {}, 'docs/runbook.md'],
  ])('follows from %s in package.json', (_what, manifest, expected) => {
    expect(defaultRunbook(manifest)).toBe(expected);
  });

  it('is the page of a checkout as long as package.json names no repository', () => {
    expect(defaultRunbook()).toMatch(/^(https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/blob\/HEAD\/)?docs\/runbook\.md$/);
  });
});
