import { CommandError, notImplemented } from '../errors.ts';
import { adminCommands } from './admin.ts';
import { aggregateCommands } from './aggregate.ts';
import type { Command } from './command.ts';
import { helloCommands } from './hello.ts';
import { readCommands } from './read.ts';
import { writeCommands } from './write.ts';

export const commands: Record<string, Command> = {
  ...helloCommands,
  ...readCommands,
  ...writeCommands,
  ...adminCommands,
  ...aggregateCommands,
};

const transactions = ['commitTransaction', 'abortTransaction', 'prepareTransaction'];

/** The command of a name; one that MongoDB may have and the store has not is refused. */
export function commandNamed(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  if (transactions.includes(name)) {
    throw new CommandError(
      263,
      'The embedded store has no multi-document transactions (sessions and retryable writes only)',
    );
  }
  if (!/^[A-Za-z]+$/.test(name)) throw new CommandError(59, `no such command: '${name}'`);
  throw notImplemented(`the command ${name}`);
}
