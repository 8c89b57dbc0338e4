/** One of the tabs a new visitor finds: the first as it stands, variables only in later ones (GraphiQL drops the first's). */
interface Starter {
  query: string;
  /** JSON text. */
  variables?: string;
}

export const starters: Starter[] = [
  {
    query: `# Ctrl+Enter runs it, Ctrl+Space completes.
# The book on the left is the schema.
query AcrossTheGraph {
  customers(first: 5) {
    totalCount
    nodes {
      customerId
      orders(first: 3) {
        nodes {
          orderId
          status
          totalAmount
          currency
        }
      }
      subscriptions(first: 3) {
        nodes {
          subscriptionId
          status
          nextCycleDate
          product {
            label
          }
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    query: `# Take a subscriptionId from the first tab.
# A refusal is data: look at userErrors.
mutation Pause($input: PauseSubscriptionInput!) {
  pauseSubscription(input: $input) {
    subscription {
      subscriptionId
      status
      version
    }
    auditEntry {
      id
    }
    userErrors {
      code
      message
      path
    }
  }
}
`,
    variables: `{
  "input": {
    "subscriptionId": "",
    "reason": "Asked by the customer"
  }
}
`,
  },
  {
    query: `# What came in for the newest order, and what waits
# or failed. "npm run demo" brings some.
query WhatCameIn {
  orders(first: 1) {
    nodes {
      orderId
      webhooks(first: 10) {
        nodes {
          id
          eventType
          status
          receivedAt
          payload
        }
      }
    }
  }
  parkedWebhooks(first: 5) {
    nodes {
      eventType
      waitingFor
      waitingSince
    }
  }
  failedWebhooks(first: 5) {
    nodes {
      id
      eventType
      status
      note
    }
  }
}
`,
  },
  {
    query: `# Shows each change as it is committed. After a
# break, pass the last cursor as "after".
subscription OrderStatuses {
  orderStatusChanged {
    cursor
    kind
    previousStatus
    status
    statusUpdatedAt
    order {
      orderId
      status
    }
  }
}
`,
  },
];
