import { openStage, type Stage, type StageChoice } from '../operator/stage/stage.ts';
import type { Io, Screen } from './terminal/screen.ts';

/** What every command is handed. */
export interface Session {
  io: Io;
  screen: Screen;
  /** The stage, found when first asked for. */
  stage(): Promise<Stage>;
}

/** A command's work: gives the exit code, or throws. */
export type Run<Options = Record<string, unknown>> = (
  session: Session,
  args: string[],
  options: Options,
) => Promise<number>;

export function createSession(io: Io, screen: Screen, choice: StageChoice): Session {
  let opened: Promise<Stage> | undefined;
  return {
    io,
    screen,
    stage() {
      opened ??= openStage(choice, io.env);
      return opened;
    },
  };
}
