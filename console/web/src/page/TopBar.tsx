import {
  Badge,
  Button,
  CounterBadge,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  PresenceBadge,
  tokens,
} from '@fluentui/react-components';
import { AlertRegular, KeyboardRegular } from '@fluentui/react-icons';
import { useLiveState } from '../live/liveContext.tsx';
import type { Csr, Session } from '../types.ts';
import type { ThemeChoice } from './theme.ts';

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    padding: '6px 12px 6px 16px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    minWidth: 0,
  },
  title: {
    margin: 0,
    fontSize: tokens.fontSizeBase300,
    fontWeight: 600,
    flexGrow: 1,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  words: { marginRight: '6px', '@media (max-width: 760px)': { display: 'none' } },
  keys: { '@media (max-width: 760px)': { display: 'none' } },
});

const statuses: Record<Csr['presence'], string> = {
  available: 'Available',
  away: 'Away',
  offline: 'Offline',
};
type Props = {
  session: Session;
  theme: ThemeChoice;
  onTheme(theme: ThemeChoice): void;
  onPresence(status: Csr['presence']): void;
  /** How many orders and cases stand still. */
  attention: number;
  onAttention(): void;
  onKeys(): void;
  onSignOut(): void;
};

export function TopBar(props: Props) {
  const styles = useStyles();
  const { status } = useLiveState();
  const { session, theme, onTheme, onPresence, attention, onAttention, onKeys, onSignOut } = props;
  const { csr, about } = session;
  return (
    <header className={styles.bar}>
      <h1 className={styles.title}>{about.district}</h1>
      <span role="status">
        {status === 'lost' && <Badge color="danger">Reconnecting</Badge>}
        {status === 'replaced' && <Badge color="danger">Not live</Badge>}
        {status === 'connecting' && <Badge color="informative">Connecting</Badge>}
        {status === 'live' && (
          <Badge color="success" appearance="tint">
            Live
          </Badge>
        )}
      </span>
      {attention > 0 && (
        <Button
          appearance="subtle"
          icon={<AlertRegular />}
          aria-label={`Needs a person: ${attention}`}
          onClick={onAttention}
        >
          <span className={styles.words}>Needs a person</span>
          <CounterBadge count={attention} size="small" color="danger" />
        </Button>
      )}
      <Button
        className={styles.keys}
        appearance="subtle"
        icon={<KeyboardRegular />}
        aria-label="Keys"
        onClick={onKeys}
      />
      <Menu
        checkedValues={{ presence: [csr.presence], theme: [theme] }}
        onCheckedValueChange={(_, { name, checkedItems }) => {
          const chosen = checkedItems.at(-1);
          if (name === 'presence' && chosen) onPresence(chosen as Csr['presence']);
          if (name === 'theme' && chosen) onTheme(chosen as ThemeChoice);
        }}
      >
        <MenuTrigger disableButtonEnhancement>
          <Button
            appearance="subtle"
            icon={<PresenceBadge status={csr.presence} size="small" />}
            aria-label={`${csr.name}, ${statuses[csr.presence]}`}
          >
            {csr.publicName}
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {Object.entries(statuses).map(([value, label]) => (
              <MenuItemRadio key={value} name="presence" value={value}>
                {label}
              </MenuItemRadio>
            ))}
            <MenuDivider />
            <MenuItemRadio name="theme" value="system">
              As this machine
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="light">
              Light
            </MenuItemRadio>
            <MenuItemRadio name="theme" value="dark">
              Dark
            </MenuItemRadio>
            <MenuDivider />
            <MenuItem onClick={onKeys}>Keys</MenuItem>
            <MenuItem onClick={onSignOut}>Sign out</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
    </header>
  );
}
