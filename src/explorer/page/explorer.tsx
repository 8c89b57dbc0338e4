import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState } from 'react';
import { connect } from './connect.ts';
import { starters } from './starters.ts';
import { keepToken, takeToken } from './token.ts';
import { TokenBar } from './token-bar.tsx';

/** The whole page: the token's bar above, GraphiQL below. A new token means new connections and a fresh schema. */
export function Explorer() {
  const [token, setToken] = useState(takeToken);
  const connection = useMemo(() => connect(token), [token]);
  useEffect(() => connection.close, [connection]);

  // A link with another token, followed while the page is open, changes the fragment only and loads nothing.
  useEffect(() => {
    const take = () => setToken(takeToken());
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);

  return (
    <>
      <TokenBar token={token} onChange={(text) => setToken(keepToken(text))} />
      <main className="explorer-main">
        <GraphiQL
          fetcher={connection.fetcher}
          // Variables and history may name patients: like the token, they go when the tab is closed.
          storage={sessionStorage}
          defaultTabs={starters}
          defaultEditorToolsVisibility="variables"
          isHeadersEditorEnabled={false}
          shouldPersistHeaders={false}
          inputValueDeprecation
          schemaDescription
        >
          {/* The bar already says where we are. */}
          <GraphiQL.Logo> </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}
