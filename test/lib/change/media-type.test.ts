import { describe, expect, it } from 'vitest';
import { readMediaType } from '../../../src/lib/change/media-type.ts';

describe('a media type', () => {
  it.each<[string, string, string | undefined]>([
    ['Application/JSON', 'application/json', undefined],
    ['application/json;charset=UTF-8', 'application/json', 'utf-8'],
    ['text/plain; a=b; Charset="utf-8"', 'text/plain', 'utf-8'],
    [String.raw`text/plain; charset="u\tf-8"`, 'text/plain', 'utf-8'],
    ['text/plain; a="; charset=latin1"', 'text/plain', undefined],
    ['text/plain; charset=a; charset=b', 'text/plain', 'a'],
    ['text/plain ;', 'text/plain', undefined],
  ])('%s is read as %s, in charset %s', (text, name, charset) => {
    expect(readMediaType(text)).toEqual({ name, ...(charset !== undefined && { charset }) });
  });

  it.each(['', 'json', 'text/', '/json', 'a/b/c', 'a/b; c', 'a/b; c="', 'a/b, c/d', 'a/b\r\nx: 1'])(
    'is undefined for %j',
    (text) => expect(readMediaType(text)).toBeUndefined(),
  );
});
