import { Button, FluentProvider, makeStaticStyles, Spinner } from '@fluentui/react-components';
import { useCallback, useEffect, useState } from 'react';
import { ApiError, call, keepSession, messageOf } from '../call.ts';
import { keepDraftsOf } from '../features/conversation/api/drafts.ts';
import { SignIn } from '../features/signIn/components/SignIn.tsx';
import { Announcer } from '../live/announce.tsx';
import { keepTimeZone } from '../live/time.ts';
import type { Session } from '../types.ts';
import { Desk } from './Desk.tsx';
import { useDeskTheme } from './theme.ts';

const useGlobal = makeStaticStyles({
  '@media (prefers-reduced-motion: reduce)': {
    '*, *::before, *::after': { animationDuration: '0.01ms', transitionDuration: '0.01ms' },
  },
  '.offscreen': {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
});

/** Signed in or not: the whole page is one of two. */
export function App() {
  useGlobal();
  const { theme, choice, choose } = useDeskTheme();
  const [session, setSession] = useState<Session | null | 'asking'>('asking');
  const [notice, setNotice] = useState('');
  /** Why nobody could say who is signed in. */
  const [unreached, setUnreached] = useState('');

  const begin = useCallback((found: Session) => {
    keepSession(found.csrfToken, () => {
      setNotice('Your session has ended. Sign in to go on; what you had written is kept.');
      setSession(null);
    });
    keepDraftsOf(found.csr.id);
    keepTimeZone(found.about.timeZone);
    setNotice('');
    setSession(found);
  }, []);
  const ask = useCallback(() => {
    setSession('asking');
    setUnreached('');
    call<Session>('GET', 'session').then(begin, (error: unknown) => {
      const signedOut = error instanceof ApiError && error.status === 401;
      if (signedOut) setSession(null);
      else setUnreached(messageOf(error));
    });
  }, [begin]);
  useEffect(ask, [ask]);

  return (
    <FluentProvider theme={theme} style={{ height: '100%' }}>
      <Announcer />
      {unreached ? (
        <main role="alert" style={{ padding: '64px 20px', textAlign: 'center' }}>
          <p>The desk could not be opened. {unreached}</p>
          <Button onClick={ask}>Try again</Button>
        </main>
      ) : session === 'asking' ? (
        <Spinner label="Opening the desk" style={{ height: '100%' }} />
      ) : session ? (
        <Desk
          session={session}
          theme={choice}
          onTheme={choose}
          onPresence={(csr) => setSession({ ...session, csr })}
          onSignedOut={(why) => {
            setNotice(why);
            setSession(null);
          }}
        />
      ) : (
        <SignIn notice={notice} onSignedIn={begin} />
      )}
    </FluentProvider>
  );
}
