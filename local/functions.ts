import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unpack } from './deploy-zip.ts';
import type { Names } from './intrinsics.ts';
import type { LocalFunction } from './lambda/function.ts';
import { pick, type Template } from './template.ts';

/** What the functions of a stack have in common. */
interface CommonSettings {
  /** The package folder. */
  folder: string;
  /** Where zips are unpacked. */
  unpackTo: string;
  region: string;
  timeScale: number;
  /** Variables that replace the template's or are added to them. */
  variables: Record<string, string>;
  onLine(functionName: string, line: string): void;
}

/** The time that the work itself needs, in milliseconds. No time-out is scaled to less. */
const MIN_TIMEOUT = 5000;

/** A time-out of the template, in seconds, divided by the time scale; in milliseconds. */
export function scaledTimeout(seconds: number, timeScale: number): number {
  const time = seconds * 1000;
  return Math.max(Math.round(time / timeScale), Math.min(time, MIN_TIMEOUT));
}

/** The template's functions by ARN, with their code unpacked. If a function has no zip, its code is in the package folder. */
export async function readFunctions(template: Template, names: Names, common: CommonSettings) {
  const found = [...pick(template, 'AWS::Lambda::Function', names)];
  const functions = found.map(async ([logicalId, properties]): Promise<LocalFunction> => {
    const { FunctionName: name, Handler, Timeout, MemorySize, Code, Environment } = properties;
    const { ReservedConcurrentExecutions: reserved } = properties;
    return {
      name,
      arn: names.attribute(logicalId, 'Arn'),
      folder: await unpackCode(join(common.folder, basename(Code.S3Key)), common),
      handler: Handler,
      region: common.region,
      memory: MemorySize,
      timeout: scaledTimeout(Timeout, common.timeScale),
      environment: { ...Environment.Variables, ...common.variables },
      reserved,
      onLine: (line) => common.onLine(name, line),
    };
  });
  return new Map((await Promise.all(functions)).map((one) => [one.arn, one]));
}

async function unpackCode(zip: string, { folder, unpackTo }: CommonSettings): Promise<string> {
  if (!existsSync(zip)) return folder;
  const target = await mkdtemp(join(unpackTo, `${basename(zip, '.zip')}-`));
  await unpack(zip, target);
  return target;
}
