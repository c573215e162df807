/** A customer in one conversation: says the next line of a script, over and over. */
export type Customer = {
  /** One turn: settles when the reply is here. */
  say(): Promise<void>;
  close(): void;
};

/** Goes round the lines of a script; the reply to each must be what the script expects, or the bench is void. */
export function scripted(script: Line[], converse: (text: string) => Promise<string>): () => Promise<void> {
  let at = 0;
  return async () => {
    const [text, expected] = script[at % script.length] as Line;
    at += 1;
    const reply = await converse(text);
    if (!expected.test(reply)) throw new Error(`"${text}" was answered with "${reply}"`);
  };
}

export type Line = [text: string, expected: RegExp];
