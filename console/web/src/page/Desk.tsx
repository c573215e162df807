import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { messageOf } from '../call.ts';
import { forgetDrafts } from '../features/conversation/api/drafts.ts';
import { QueuePane, type QueueTab } from '../features/queue/components/QueuePane.tsx';
import { setPresence, signOut } from '../features/signIn/api/signIn.ts';
import { useAttention } from '../features/work/api/work.ts';
import { AttentionDialog } from '../features/work/components/AttentionDialog.tsx';
import { createLive, type Live } from '../live/live.ts';
import { LiveContext, useHints, useLive, useLiveState } from '../live/liveContext.tsx';
import type { Csr, Session } from '../types.ts';
import { Alarms } from './Alarms.tsx';
import { Boundary } from './Boundary.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { useKeys } from './keys.ts';
import { OpenConversation } from './OpenConversation.tsx';
import { TopBar } from './TopBar.tsx';
import type { ThemeChoice } from './theme.ts';

const useStyles = makeStyles({
  desk: {
    height: '100%',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'auto auto minmax(0, 1fr)',
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
  },
  panes: {
    display: 'grid',
    minHeight: 0,
    gridTemplateColumns: '300px minmax(0, 1fr)',
    '@media (max-width: 760px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  queue: {
    minHeight: 0,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 760px)': { borderRight: 0 },
  },
  // One pane at a time where there is no room for two.
  hidden: { '@media (max-width: 760px)': { display: 'none' } },
  main: { minHeight: 0, minWidth: 0 },
  nothing: {
    height: '100%',
    display: 'grid',
    placeItems: 'center',
    color: tokens.colorNeutralForeground2,
    textAlign: 'center',
    padding: '0 24px',
  },
});

type Props = {
  session: Session;
  theme: ThemeChoice;
  onTheme(theme: ThemeChoice): void;
  onPresence(csr: Csr): void;
  onSignedOut(why: string): void;
};

export function Desk(props: Props) {
  const [live, setLive] = useState<Live | null>(null);
  const { onSignedOut, session } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one feed for as long as the desk is open
  useEffect(() => {
    const feed = createLive(session.csr.id, () =>
      onSignedOut('Your session has ended. Sign in to go on; what you had written is kept.'),
    );
    setLive(feed);
    return feed.stop;
  }, []);
  return (
    live && (
      <LiveContext.Provider value={live}>
        <Panes {...props} />
      </LiveContext.Provider>
    )
  );
}

export type Asked = { deed: 'claim' | 'transfer' | 'return' | 'resolve' | 'reply' | 'note'; turn: number };
const deeds: Record<string, Asked['deed']> = {
  t: 'claim',
  r: 'reply',
  n: 'note',
  h: 'transfer',
  b: 'return',
  e: 'resolve',
};
const tabs: Record<string, QueueTab> = { '1': 'waiting', '2': 'mine', '3': 'all' };

function Panes({ session, theme, onTheme, onPresence, onSignedOut }: Props) {
  const styles = useStyles();
  const live = useLive();
  const { status } = useLiveState();
  const [trouble, setTrouble] = useState('');
  const [tab, setTab] = useState<QueueTab>('waiting');
  const [selected, setSelected] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [help, setHelp] = useState(false);
  const attention = useAttention();
  const [attending, setAttending] = useState(false);
  const [unread, setUnread] = useState<Set<string>>(new Set());

  const open = (id: string | null) => {
    setSelected(id);
    setAsked(null);
    setUnread((known) => new Set([...known].filter((other) => other !== id)));
  };
  useHints((hint) => {
    if (hint.type === 'mine' && hint.conversationId !== selected)
      setUnread((known) => new Set([...known, hint.conversationId]));
  });
  useKeys((key) => {
    if (key === '?') setHelp(true);
    else if (key === 'a') setAttending(true);
    else if (tabs[key]) setTab(tabs[key]);
    else if (key === 'j' || key === 'k') stepInList(key === 'j' ? 1 : -1);
    else if (deeds[key] && selected) setAsked({ deed: deeds[key], turn: Date.now() });
    else return false;
    return true;
  });
  async function leave() {
    setTrouble('');
    try {
      await signOut();
    } catch (error) {
      return setTrouble(`You are still signed in. ${messageOf(error)}`);
    }
    forgetDrafts();
    onSignedOut('You are signed out.');
  }

  return (
    <div className={styles.desk}>
      <TopBar
        {...{ session, theme, onTheme }}
        onPresence={(chosen) =>
          void setPresence(chosen).then(
            ({ csr }) => onPresence(csr),
            () => {},
          )
        }
        attention={attention.items.length}
        onAttention={() => setAttending(true)}
        onKeys={() => setHelp(true)}
        onSignOut={() => void leave()}
      />
      <div>
        <Alarms session={session} selected={selected} onOpen={open} />
        <div role="alert">
          {status === 'lost' && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>
                The connection is lost. What you see may be old; it catches up by itself when it is back.
              </MessageBarBody>
            </MessageBar>
          )}
          {status === 'replaced' && (
            <MessageBar intent="warning">
              <MessageBarBody>
                You have opened the desk in too many places. Here it no longer hears what is new.
              </MessageBarBody>
              <MessageBarActions>
                <Button size="small" onClick={live.comeBack}>
                  Go on here
                </Button>
              </MessageBarActions>
            </MessageBar>
          )}
          {trouble && (
            <MessageBar intent="error">
              <MessageBarBody>{trouble}</MessageBarBody>
              <MessageBarActions>
                <Button size="small" onClick={() => setTrouble('')}>
                  Close
                </Button>
              </MessageBarActions>
            </MessageBar>
          )}
        </div>
      </div>
      <div className={styles.panes}>
        <div className={mergeClasses(styles.queue, selected !== null && styles.hidden)}>
          <Boundary>
            <QueuePane selected={selected} tab={tab} unread={unread} onTab={setTab} onOpen={open} />
          </Boundary>
        </div>
        <main className={mergeClasses(styles.main, selected === null && styles.hidden)}>
          {selected === null ? (
            <p className={styles.nothing}>Choose a conversation. Press ? for all keys.</p>
          ) : (
            <Boundary key={selected}>
              <OpenConversation id={selected} about={session.about} asked={asked} onBack={() => open(null)} />
            </Boundary>
          )}
        </main>
      </div>
      {help && <KeysDialog onClose={() => setHelp(false)} />}
      {attending && (
        <AttentionDialog
          items={attention.items}
          onDone={attention.reread}
          onClose={() => setAttending(false)}
        />
      )}
    </div>
  );
}

/** Goes to the next line of the list and opens it. */
function stepInList(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-queue] [data-row]')];
  const at = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  next?.focus();
  next?.click();
}
