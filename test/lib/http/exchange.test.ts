import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { exchange, type HttpResult } from '../../../src/lib/http/exchange.ts';

const REQUEST = { origin: 'http://127.0.0.1:1', method: 'PUT' as const, path: '/v2/x', headers: { host: 'h' } };

/** The events that undici reports during a request, and the reason for which it was told to close the connection. */
interface Undici {
  starts(): void;
  answers(status: number, headers?: Record<string, string>): void;
  upgrades(): void;
  sends(bytes: string | Buffer): void;
  ends(): void;
  breaks(error: unknown): void;
  readonly cuts: string[];
  readonly given: Dispatcher.DispatchOptions[];
}

/** A dispatcher that the test controls: `play` says what happens as soon as a request is dispatched. */
function undici(play: (undici: Undici) => void = () => {}) {
  const cuts: string[] = [];
  const given: Dispatcher.DispatchOptions[] = [];
  const controller = { abort: (reason: Error) => void cuts.push(reason.message) } as Dispatcher.DispatchController;
  let handler: Dispatcher.DispatchHandler = {};
  const tell: Undici = {
    starts: () => handler.onRequestStart?.(controller, {}),
    answers: (status, headers = {}) => handler.onResponseStart?.(controller, status, headers, ''),
    upgrades: () => handler.onRequestUpgrade?.(controller, 101, {}, {} as never),
    sends: (bytes) => handler.onResponseData?.(controller, Buffer.from(bytes)),
    ends: () => handler.onResponseEnd?.(controller, {}),
    breaks: (error) => handler.onResponseError?.(controller, error as Error),
    ...{ cuts, given },
  };
  const dispatch = (options: Dispatcher.DispatchOptions, own: Dispatcher.DispatchHandler): boolean => {
    given.push(options);
    handler = own;
    play(tell);
    return true;
  };
  return { ...tell, dispatcher: { dispatch } as Dispatcher };
}

const never = () => new AbortController().signal;
const played = (play: (undici: Undici) => void, limit?: number): Promise<HttpResult> =>
  exchange(undici(play).dispatcher, REQUEST, never(), limit);
const withCode = (code: unknown) => Object.assign(new Error('x'), { code });

describe('an exchange', () => {
  it('passes the request to undici as it is, without a body if there is none', () => {
    const { dispatcher, given } = undici();
    void exchange(dispatcher, REQUEST, never());
    void exchange(dispatcher, { ...REQUEST, body: '{}' }, never());
    expect(given).toEqual([
      { ...REQUEST, body: null },
      { ...REQUEST, body: '{}' },
    ]);
  });

  it('returns the complete reply, joined from its pieces', async () => {
    const result = await played(({ starts, answers, sends, ends }) => {
      starts();
      answers(404, { 'x-request-id': 'r' });
      sends('{"a"');
      sends(':1}');
      ends();
    });
    expect(result).toEqual({
      complete: true,
      status: 404,
      headers: { 'x-request-id': 'r' },
      body: Buffer.from('{"a":1}'),
    });
  });

  it('ignores interim replies', async () => {
    const result = await played(({ starts, answers, ends }) => {
      starts();
      for (const status of [100, 103, 199, 200]) answers(status);
      ends();
    });
    expect(result).toMatchObject({ complete: true, status: 200 });
  });

  it('finds no reply if only interim replies came, nor in an upgrade', async () => {
    const announced = await played(({ starts, answers, ends }) => {
      starts();
      answers(199);
      ends();
    });
    const upgraded = await played(({ starts, upgrades }) => {
      starts();
      upgrades();
    });
    expect([announced, upgraded]).toEqual(Array(2).fill({ complete: false, code: 'reply_unreadable' }));
  });

  it('keeps its connection when its time is over after the reply', async () => {
    const { dispatcher, starts, answers, ends, cuts } = undici();
    const deadline = new AbortController();
    const result = exchange(dispatcher, REQUEST, deadline.signal);
    starts();
    answers(200);
    ends();
    expect(await result).toMatchObject({ complete: true });
    deadline.abort();
    expect(cuts).toEqual([]);
  });

  it('keeps its first outcome', async () => {
    const result = await played(({ starts, answers, breaks, ends }) => {
      starts();
      answers(200);
      breaks(new Error('cut'));
      ends();
    });
    expect(result).toEqual({ complete: false, code: 'reply_truncated' });
  });
});

describe('a reply of a size', () => {
  const sized = (announced: number | undefined, ...pieces: number[]) => {
    const output = undici(({ starts, answers, sends, ends }) => {
      starts();
      answers(200, announced === undefined ? {} : { 'content-length': String(announced) });
      for (const piece of pieces) sends(' '.repeat(piece));
      ends();
    });
    return { cuts: output.cuts, result: exchange(output.dispatcher, REQUEST, never(), 10) };
  };

  it.each<[string, number | undefined, number[]]>([
    ['as allowed', 10, [10]],
    ['as allowed, in pieces and without saying so', undefined, [4, 6]],
  ])('%s is accepted', async (_what, announced, pieces) => {
    const { result, cuts } = sized(announced, ...pieces);
    expect(await result).toMatchObject({ complete: true, body: Buffer.from(' '.repeat(10)) });
    expect(cuts).toEqual([]);
  });

  it.each<[string, number | undefined, number[]]>([
    ['one byte more, which it announces,', 11, []],
    ['one byte more in pieces', undefined, [4, 7]],
  ])('%s is refused and cut off', async (_what, announced, pieces) => {
    const { result, cuts } = sized(announced, ...pieces);
    expect(await result).toEqual({ complete: false, code: 'reply_too_large' });
    expect(cuts).toEqual(['reply_too_large']);
  });
});

describe('the time of an exchange', () => {
  it('that is over at the start means that undici gets no request', async () => {
    const { dispatcher, given } = undici();
    const result = await exchange(dispatcher, REQUEST, AbortSignal.abort());
    expect(result).toEqual({ complete: false, code: 'not_sent_in_time' });
    expect(given).toEqual([]);
  });

  it('that is over while the request waits means that it is never sent', async () => {
    const { dispatcher, starts, cuts } = undici();
    const deadline = new AbortController();
    const result = exchange(dispatcher, REQUEST, deadline.signal);
    deadline.abort();
    expect(await result).toEqual({ complete: false, code: 'not_sent_in_time' });
    starts();
    expect(cuts).toEqual(['given up']);
  });

  it('that is over after the request was sent closes the connection', async () => {
    const { dispatcher, starts, cuts } = undici();
    const deadline = new AbortController();
    const result = exchange(dispatcher, REQUEST, deadline.signal);
    starts();
    deadline.abort();
    expect(await result).toEqual({ complete: false, code: 'request_timeout' });
    expect(cuts).toEqual(['request_timeout']);
  });

  it('is not affected if a request is reported as sent twice', async () => {
    const { dispatcher, starts, cuts } = undici();
    void exchange(dispatcher, REQUEST, never());
    starts();
    expect(cuts).toEqual([]);
    starts();
    expect(cuts).toEqual(['given up']);
  });
});

describe('a failure before the first byte', () => {
  it.each([
    ['ECONNREFUSED', 'connection_refused'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
    ['ETIMEDOUT', 'connect_timeout'],
    ['ENOTFOUND', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
    ['CERT_HAS_EXPIRED', 'tls_failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_failed'],
    ['HOSTNAME_MISMATCH', 'tls_failed'],
    ['EPROTO', 'tls_failed'],
    ['UND_ERR_INVALID_ARG', 'request_not_sendable'],
    ['ECONNRESET', 'connection_failed'],
    ['UND_ERR_SOCKET', 'connection_failed'],
    [7, 'connection_failed'],
    [undefined, 'connection_failed'],
  ])('with the code %s becomes %s', async (code, called) => {
    expect(await played(({ breaks }) => breaks(withCode(code)))).toEqual({ complete: false, code: called });
  });

  it.each([[null], ['ECONNREFUSED'], [undefined], [{}]])(
    'that is not an error with a code has a code of its own: %j',
    async (odd) => {
      expect(await played(({ breaks }) => breaks(odd))).toEqual({ complete: false, code: 'connection_failed' });
    },
  );

  it('of undici itself means that the request cannot be sent', async () => {
    const result = await played(() => {
      throw new Error('x');
    });
    expect(result).toEqual({ complete: false, code: 'request_not_sendable' });
  });
});

describe('a failure after the first byte', () => {
  it.each([
    ['UND_ERR_HEADERS_TIMEOUT', 'request_timeout', 'request_timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'request_timeout', 'request_timeout'],
    ['UND_ERR_HEADERS_OVERFLOW', 'reply_too_large', 'reply_too_large'],
    ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'reply_too_large', 'reply_too_large'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'reply_unreadable', 'reply_truncated'],
    ['ECONNRESET', 'connection_reset', 'reply_truncated'],
    ['EPIPE', 'connection_reset', 'reply_truncated'],
    ['UND_ERR_SOCKET', 'connection_reset', 'reply_truncated'],
    ['UND_ERR_ABORTED', 'request_failed', 'reply_truncated'],
    [undefined, 'request_failed', 'reply_truncated'],
  ])('with the code %s becomes %s, and %s in the middle of a reply', async (code, silent, answered) => {
    const broken = await played(({ starts, breaks }) => {
      starts();
      breaks(withCode(code));
    });
    const interrupted = await played(({ starts, answers, breaks }) => {
      starts();
      answers(200);
      breaks(withCode(code));
    });
    expect({ broken, interrupted }).toEqual({
      broken: { complete: false, code: silent },
      interrupted: { complete: false, code: answered },
    });
  });

  it('of undici itself leaves open whether the request was carried out', async () => {
    const result = await played(({ starts }) => {
      starts();
      throw new Error('x');
    });
    expect(result).toEqual({ complete: false, code: 'request_failed' });
  });
});
