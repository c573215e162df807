import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Spinner,
} from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { messageOf } from '../../../call.ts';
import { announce } from '../../../live/announce.tsx';
import type { About } from '../../../types.ts';
import * as api from '../api/conversation.ts';
import type { DraftKind } from '../api/drafts.ts';
import type { Opened } from '../api/useConversation.ts';
import { Composer } from './Composer.tsx';
import { ConversationHeader, type DeskDeed } from './ConversationHeader.tsx';
import { ResolveDialog, ReturnDialog, TransferDialog } from './dialogs.tsx';
import { Transcript } from './Transcript.tsx';

const useStyles = makeStyles({
  pane: { display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0, minWidth: 0 },
  center: { height: '100%', display: 'grid', placeItems: 'center', alignContent: 'center', gap: '12px' },
});

type Props = {
  id: string;
  opened: Opened;
  about: About;
  /** What a key asked for; the pane answers where it can be done. */
  asked: { deed: DeskDeed | 'reply' | 'note'; turn: number } | null;
  onBack(): void;
  onCustomer(): void;
  onResolved(): void;
};

/** The middle pane: one conversation, and everything a CSR does in it. */
export function ConversationPane({ id, opened, about, asked, onBack, onCustomer, onResolved }: Props) {
  const styles = useStyles();
  const { reading, entries, failure, typing, reread, take } = opened;
  const [dialog, setDialog] = useState<DeskDeed | null>(null);
  // Chosen when the conversation opens, then only by the CSR's own hand: it never turns under their fingers.
  const [chosen, setKind] = useState<DraftKind | null>(null);
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);
  const answered = useRef(0);
  const mine = reading?.conversation.mine ?? false;
  const kind = chosen ?? (mine ? 'message' : 'note');
  if (reading && chosen === null) setKind(kind);

  async function claim() {
    setBusy(true);
    setRefusal('');
    try {
      await api.claim(id);
      announce('The conversation is yours');
      setKind('message');
    } catch (error) {
      setRefusal(messageOf(error));
      announce(messageOf(error));
    }
    await reread();
    setBusy(false);
    focusComposer();
  }
  function deed(name: DeskDeed) {
    if (name === 'claim') void claim();
    else setDialog(name);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a key is answered once, when it comes
  useEffect(() => {
    if (!asked || !reading || answered.current === asked.turn) return;
    answered.current = asked.turn;
    const { holder } = reading.conversation;
    if (asked.deed === 'reply' || asked.deed === 'note') {
      if (asked.deed === 'note') setKind('note');
      else if (mine) setKind('message');
      focusComposer();
    } else if (asked.deed === 'claim' ? holder === 'waiting' || holder === 'bot' : mine) deed(asked.deed);
  }, [asked, reading !== null]);

  if (!reading)
    return (
      <div className={styles.center}>
        {failure ? (
          <>
            <p role="alert">{failure}</p>
            <Button onClick={() => void reread()}>Try again</Button>
          </>
        ) : (
          <Spinner label="Opening the conversation" />
        )}
      </div>
    );
  const close = () => setDialog(null);
  const then = (work: Promise<unknown>) => work.then(() => reread());
  return (
    <div className={styles.pane}>
      <ConversationHeader
        conversation={reading.conversation}
        busy={busy}
        onDeed={deed}
        onBack={onBack}
        onCustomer={onCustomer}
      />
      <div role="alert">
        <Told text={refusal} intent="warning">
          <Button size="small" onClick={() => setRefusal('')}>
            Close
          </Button>
        </Told>
        <Told text={failure && `What is new could not be read: ${failure}`} intent="error">
          <Button size="small" onClick={() => void reread()}>
            Try again
          </Button>
        </Told>
      </div>
      <Transcript entries={entries} customer={reading.customer.name ?? 'Customer'} typing={typing} />
      <Composer
        key={kind}
        id={id}
        mine={mine}
        lastSeq={entries.at(-1)?.seq ?? 0}
        kind={kind}
        onKind={setKind}
        onSent={() => void reread()}
        onLook={(newer) => {
          take(newer);
          void reread();
        }}
      />
      {dialog === 'resolve' && (
        <ResolveDialog
          dispositions={about.dispositions}
          onResolve={(disposition) => then(api.resolve(id, disposition)).then(onResolved)}
          onClose={close}
        />
      )}
      {dialog === 'transfer' && (
        <TransferDialog
          skills={about.skills}
          onTransfer={(to, note) => then(api.transfer(id, to, note))}
          onClose={close}
        />
      )}
      {dialog === 'return' && <ReturnDialog onReturn={() => then(api.giveBack(id))} onClose={close} />}
    </div>
  );
}

function Told({
  text,
  intent,
  children,
}: {
  text: string;
  intent: 'warning' | 'error';
  children: ReactNode;
}) {
  if (!text) return null;
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>{text}</MessageBarBody>
      <MessageBarActions>{children}</MessageBarActions>
    </MessageBar>
  );
}

/** After what was asked is on the screen. */
const focusComposer = () =>
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>('[data-composer-text] textarea, textarea[data-composer-text]')
      ?.focus(),
  );
