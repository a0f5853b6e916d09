import { openStage, type Stage, type StageChoice } from '../operator/stage/stage.ts';
import type { Io, Screen } from './terminal/screen.ts';

/** What every command gets. */
export interface Session {
  io: Io;
  screen: Screen;
  /** The stage. It is looked up at the first call. */
  stage(): Promise<Stage>;
}

/** Runs a command. Returns its exit code, or throws. */
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
