import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const STORED = 0;

/** Unpacks a deployment zip (stored or deflated files, no zip64) into a folder; throws an Error for anything else. */
export async function unpack(zip: string, folder: string): Promise<void> {
  const bytes = await readFile(zip);
  const end = findEnd(bytes, zip);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const entry = readEntry(bytes, at);
    at = entry.next;
    if (entry.name.endsWith('/')) continue;
    const path = join(folder, entry.name);
    if (normalize(entry.name).startsWith('..')) throw new Error(`${zip} reaches outside its folder: ${entry.name}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, entry.method === STORED ? entry.data : inflateRawSync(entry.data));
  }
}

/** Finds the end of the central directory. It comes last, before a comment that is usually empty. */
function findEnd(bytes: Buffer, zip: string): number {
  for (let at = bytes.length - 22; at >= 0; at -= 1) {
    if (bytes.readUInt32LE(at) === END) return at;
  }
  throw new Error(`${zip} is not a zip file`);
}

/** Reads one row of the central directory. It has the sizes, which the header of a streamed file does not have. */
function readEntry(bytes: Buffer, at: number) {
  const nameLength = bytes.readUInt16LE(at + 28);
  const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  return {
    next,
    name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
    method: bytes.readUInt16LE(at + 10),
    data: bytes.subarray(start, start + bytes.readUInt32LE(at + 20)),
  };
}
