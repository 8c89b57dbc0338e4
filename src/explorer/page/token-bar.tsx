import { useEffect, useRef } from 'react';
import { describeToken } from './token.ts';

interface TokenBarProps {
  token: string;
  /** Called with the field's text when it is committed: on Enter and on leaving the field. */
  onChange: (text: string) => void;
}

/** The slim bar on top: name, token field, and what the token is good for. */
export function TokenBar({ token, onChange }: TokenBarProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current) field.current.value = token;
  }, [token]);

  // The class gives the bar GraphiQL's own colours, so that its light and dark theme hold for both.
  return (
    <header className="graphiql-container explorer-bar">
      <h1>CarePortals Graph</h1>
      <label htmlFor="token">Token</label>
      {/* Of type text, masked by the style sheet: browsers offer to save what is typed into a password field. */}
      <input
        ref={field}
        id="token"
        type="text"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        placeholder="npm run token -- --role support"
        aria-describedby="token-state"
        defaultValue={token}
        onBlur={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && onChange(event.currentTarget.value)}
      />
      <output id="token-state" htmlFor="token">
        {describeToken(token, new Date())}
      </output>
    </header>
  );
}
