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
    query: `# One box for numbers, names, emails, phones, ids;
# the queues; and how the business does. Figures of
# other days: kpis(from: "2026-01-01", to: "2026-02-01").
query FindAndFigures($typed: String!) {
  search(text: $typed, first: 5) {
    totalCount
    nodes {
      __typename
      ... on Customer {
        customerId
        firstName
        lastName
      }
      ... on Order {
        orderId
        orderStatus: status
      }
    }
  }
  orderBoard {
    status
    count
    oldestChangedAt
  }
  stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 48, first: 5) {
    nodes {
      orderId
      statusUpdatedAt
    }
  }
  kpis {
    from
    to
    finance {
      asOf
      newOrders {
        value
      }
      netRevenue {
        value
      }
      paymentSuccess {
        value
        quality
        coverage {
          rows
          outOf
        }
      }
    }
    previous {
      finance {
        netRevenue {
          value
        }
      }
    }
  }
}
`,
    variables: `{
  "typed": "o'marrin"
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
