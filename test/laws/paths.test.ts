import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What works only while the path of the project's folder has no blank, #, ?, % or quote, and what to write in its place. */
const WRONG: [what: string, pattern: RegExp, instead: string][] = [
  ["the pathname of a file's URL", /\bimport\.meta\.url\)\.pathname\b/, 'fileURLToPath(new URL(...))'],
  ["a file's URL that is put together as text", /['"`]file:\/\//, 'pathToFileURL(path)'],
  ['an import of a path', /\bimport\((?!\s*(?:['"`]|pathToFileURL\(|\/\*))/, 'import(pathToFileURL(path).href)'],
  ['a command line as one text', /(?<![.\w])(?:exec|execSync)\(|\bshell: true\b/, 'spawn with a list of words'],
  ['a comparison with the path of the program', /\bprocess\.argv\[1\]/, 'import.meta.main'],
];

const FOLDERS = '{bench,faults,local,mutation,scripts,serverless,simulator,src,stand-ins,test}';
const files = globSync([`${FOLDERS}/**/*.{ts,js,cjs}`, '*.ts']).filter(
  (file) => !/(^|\/)node_modules\/|^test\/(fixtures\/|laws\/paths\.test\.ts$)/.test(file),
);

describe('the code', () => {
  it('is found', () => {
    expect(files).toEqual(expect.arrayContaining(['vitest.config.ts', 'serverless/stage.cjs', 'src/cli/bin.js']));
    expect(files.length).toBeGreaterThan(500);
  });

  it.each(WRONG)('has nowhere %s', (_what, pattern, instead) => {
    const found = files.filter((file) => pattern.test(readFileSync(file, 'utf8')));
    expect(found, `write ${instead}`).toEqual([]);
  });

  it.each([
    "const page = new URL('../page', import.meta.url).pathname;",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template, to be found
    'const url = `file://${path}`;',
    'const { handler } = await import(plan.bundle);',
    "execSync('ls ' + folder);",
    'if (process.argv[1] === path) main();',
  ])('would be found by this check: %s', (text) => {
    expect(WRONG.some(([, pattern]) => pattern.test(text))).toBe(true);
  });
});
