import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalogue/commands.ts';

/** The one place that may assemble a command from parts: the function that quotes. */
const ALLOWED = 'src/operator/suggestion.ts';

const files = ['src/operator', 'src/cli'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .filter((file) => file !== ALLOWED),
);

/** A text that names the command and contains a variable part. */
const NAMES = ['help', ...COMMANDS.map(({ name }) => name.split(' ')[0])].join('|');
const BY_HAND = new RegExp(
  `\`[^\`]*\\brelay (?:${NAMES})\\b[^\`]*\\$\\{[^\`]*\`|['"\`][^'"\`]*\\brelay (?:${NAMES})\\b[^'"\`]*['"\`] ?\\+`,
);

describe('a suggested command', () => {
  it.each(files)('is not assembled by hand in %s', (file) => {
    expect(BY_HAND.exec(readFileSync(file, 'utf8'))?.[0]).toBeUndefined();
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template, to be found
  it.each(['`relay status ${id}`', '`Next: relay dlq replay ${idOf(one)} --wait`', "'relay status ' + id"])(
    'would be found by this check: %s',
    (text) => {
      expect(text).toMatch(BY_HAND);
    },
  );
});
