import type { Storage, StoreItems } from 'botbuilder';
import type { TurnSession } from './session.ts';

/**
 * Botbuilder's state for the length of one turn: read from the conversation and handed back to its commit.
 * There is one writer by the lease, so the eTag "*" that BotState writes does no harm.
 */
export class TurnStorage implements Storage {
  private readonly session: TurnSession;

  constructor(session: TurnSession) {
    this.session = session;
  }

  async read(keys: string[]): Promise<StoreItems> {
    return Object.fromEntries(keys.map((key) => [key, JSON.parse(this.session.state)]));
  }

  async write(changes: StoreItems): Promise<void> {
    for (const { eTag, ...state } of Object.values(changes)) this.session.state = JSON.stringify(state);
  }

  async delete(): Promise<void> {
    this.session.state = '{}';
  }
}
