import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  Tab,
  TabList,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { LockClosedRegular, SendRegular } from '@fluentui/react-icons';
import { useRef, useState } from 'react';
import { ApiError, messageOf } from '../../../call.ts';
import { announce } from '../../../live/announce.tsx';
import type { Entry } from '../../../types.ts';
import * as api from '../api/conversation.ts';
import { type DraftKind, useDraft } from '../api/drafts.ts';

const useStyles = makeStyles({
  box: {
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: '4px 16px 12px',
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
  },
  private: {
    backgroundColor: tokens.colorStatusWarningBackground1,
    borderTop: `2px dashed ${tokens.colorStatusWarningBorder2}`,
  },
  row: { display: 'flex', gap: '8px', alignItems: 'flex-end' },
  text: { flexGrow: 1 },
});

type Props = {
  id: string;
  mine: boolean;
  /** The last number on the screen: what the CSR has seen when they send. */
  lastSeq: number;
  kind: DraftKind;
  onKind(kind: DraftKind): void;
  onSent(): void;
  /** Shows what the customer has written since. */
  onLook(newer: Entry[]): void;
};
const customersLines = (entries: Entry[]) =>
  entries.filter(({ from, kind }) => from === 'customer' && kind === 'message').length;

/** Writing to the customer, or a note that only colleagues read; the two never look alike. */
export function Composer({ id, mine, lastSeq, kind, onKind, onSent, onLook }: Props) {
  const styles = useStyles();
  const isNote = kind === 'note';
  const draft = useDraft(id, kind);
  const { text } = draft;
  const maySend = isNote || mine;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const [newer, setNewer] = useState<Entry[] | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const signalled = useRef(0);

  async function send(seen: number) {
    if (busy || !text.trim() || !maySend) return;
    setBusy(true);
    setFailure('');
    setNewer(null);
    try {
      const words = { text, requestId: draft.requestId() };
      await (isNote ? api.note(id, words) : api.say(id, words, seen));
      draft.sent(text);
      announce(isNote ? 'Private note kept' : 'Sent');
      onSent();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'stale') setNewer(error.body.newer as Entry[]);
      else setFailure(messageOf(error));
    } finally {
      setBusy(false);
      field.current?.focus();
    }
  }

  function write(next: string) {
    draft.write(next);
    if (isNote || !mine || !next || Date.now() - signalled.current < 3_000) return;
    signalled.current = Date.now();
    void api.typing(id);
  }

  const count = newer ? customersLines(newer) : 0;
  return (
    <div className={mergeClasses(styles.box, isNote && styles.private)} data-composer={kind}>
      <TabList size="small" selectedValue={kind} onTabSelect={(_, data) => onKind(data.value as DraftKind)}>
        <Tab value="message" disabled={!mine}>
          Reply
        </Tab>
        <Tab value="note" icon={<LockClosedRegular />}>
          Private note
        </Tab>
      </TabList>
      <div role="alert">
        {newer && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              Not sent: {count} newer {count === 1 ? 'message' : 'messages'} from the customer.
            </MessageBarBody>
            <MessageBarActions>
              <Button size="small" onClick={() => void send(newer.at(-1)?.seq ?? lastSeq)}>
                Send anyway
              </Button>
              <Button
                size="small"
                onClick={() => {
                  setNewer(null);
                  onLook(newer);
                }}
              >
                Look first
              </Button>
            </MessageBarActions>
          </MessageBar>
        )}
        {failure && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{failure}</MessageBarBody>
          </MessageBar>
        )}
      </div>
      <div className={styles.row}>
        <Textarea
          className={styles.text}
          textarea={{ ref: field }}
          data-composer-text
          resize="vertical"
          rows={2}
          maxLength={5_000}
          aria-label={isNote ? 'Private note, only colleagues read it' : 'Reply to the customer'}
          placeholder={
            isNote
              ? 'Only colleagues read this'
              : mine
                ? 'Write to the customer'
                : 'Take the conversation to write to the customer'
          }
          value={text}
          onChange={(_, data) => write(data.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send(lastSeq);
          }}
        />
        <Button
          appearance="primary"
          icon={isNote ? <LockClosedRegular /> : <SendRegular />}
          disabledFocusable={busy || !text.trim() || !maySend}
          onClick={() => void send(lastSeq)}
        >
          {isNote ? 'Keep note' : 'Send'}
        </Button>
      </div>
    </div>
  );
}
