import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../local/deploy-zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deploy-zip-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A zip of one file as APPNOTE.TXT describes it. */
function zip(name: string, content: Buffer, method: 0 | 8): Buffer {
  const data = method === 8 ? deflateRawSync(content) : content;
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(method, 4);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(data.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

async function unpacked(name: string, content: Buffer, method: 0 | 8): Promise<Buffer> {
  const file = join(folder, 'one.zip');
  await writeFile(file, zip(name, content, method));
  await unpack(file, join(folder, 'out'));
  return readFile(join(folder, 'out', name));
}

describe('unpack', () => {
  it.each([
    ['stored', 0],
    ['deflated', 8],
  ] as const)('extracts the bytes of a file that was %s', async (_name, method) => {
    const content = Buffer.from('export const handler = 1;\n'.repeat(100));
    expect(await unpacked(`dist/${_name}.mjs`, content, method)).toEqual(content);
  });

  it('refuses a name outside the folder', async () => {
    await expect(unpacked('../outside.mjs', Buffer.from('x'), 0)).rejects.toThrow('reaches outside its folder');
  });

  it('refuses a file that is not a zip', async () => {
    const file = join(folder, 'no.zip');
    await writeFile(file, 'no zip at all, but long enough to have an end');
    await expect(unpack(file, folder)).rejects.toThrow('is not a zip file');
  });
});
