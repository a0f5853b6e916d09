import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { syntaxFaultIn, toPosition } from '../../../src/lib/json/syntax.ts';

const faultOf = (text: string) => {
  const found = syntaxFaultIn(text);
  return found && [found.offset, found.expected, found.isCut];
};

describe('where a text stops being JSON', () => {
  it.each<[string, number, string]>([
    ['{"a":True}', 5, 'a value'],
    ['{"a": NaN}', 6, 'a value'],
    ['{"a":undefined}', 5, 'a value'],
    ["{'a':1}", 1, 'a name in double quotes or }'],
    ['{a:1}', 1, 'a name in double quotes or }'],
    ['{"a":1,}', 7, 'a name in double quotes'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a":1 "b":2}', 7, 'a comma or }'],
    ['[1,]', 3, 'a value'],
    ['[1 2]', 3, 'a comma or ]'],
    ['[1}', 2, 'a comma or ]'],
    ['[}', 1, 'a value or ]'],
    ['{"a":1} {"a":2}', 8, 'the end'],
    ['010', 1, 'the end'],
    ['+1', 0, 'a value'],
    ['[5.]', 2, 'a comma or ]'],
    ['// mine\n1', 0, 'a value'],
    ['\ufeff1', 0, 'a value'],
    ['"a\nb"', 2, String.raw`an escape, such as \n for a line break`],
    [String.raw`"a\x"`, 2, 'a valid escape'],
    [String.raw`"\u12"`, 1, 'a valid escape'],
  ])('%j is shown at %i: %s', (text, offset, expected) => {
    expect(faultOf(text)).toEqual([offset, expected, false]);
  });

  it.each<[string, string]>([
    ['', 'a value'],
    [' \n', 'a value'],
    ['{"a":', 'a value'],
    ['{"a": [1', 'a comma or ]'],
    ['{', 'a name in double quotes or }'],
    ['[', 'a value or ]'],
    ['{"a"', 'a colon'],
    ['"abc', 'a double quote'],
  ])('%j ends too early: %s', (text, expected) => {
    expect(faultOf(text)).toEqual([text.length, expected, true]);
  });

  it.each(['{}', '[]', ' {"a":[1,-2.5e+3,true,false,null,"\\u00e9\\n"],"b":{}} ', '"x"', '0'])(
    'is nowhere in %s',
    (text) => expect(faultOf(text)).toBeUndefined(),
  );

  it('is found for exactly what is not JSON', () => {
    const folder = 'test/fixtures/json-test-suite/test_parsing';
    for (const name of readdirSync(folder)) {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(`${folder}/${name}`));
      expect(syntaxFaultIn(text) === undefined, name).toBe(isJson(text));
    }
  });

  it('is described without repeating the text', () => {
    expect(JSON.stringify(faultOf('{"password":CANARY}'))).not.toContain('CANARY');
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('a position', () => {
  it('counts lines and characters from 1, as an editor does', () => {
    expect(toPosition('', 0)).toEqual({ line: 1, column: 1 });
    expect(toPosition('a\n"😀" x', 7)).toEqual({ line: 2, column: 5 });
  });
});
