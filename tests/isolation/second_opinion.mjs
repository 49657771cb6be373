// Answers the cases on standard input with @cloud-copilot/iam-simulate, one line of JSON each.
import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate'

let text = ''
for await (const chunk of process.stdin) text += chunk
for (const asked of JSON.parse(text)) {
  const { errors, overallResult, result } = await runSimulation(
    {
      request: {
        principal: asked.principal ?? anonymousPrincipal,
        action: asked.action,
        resource: { resource: asked.resource, accountId: asked.account },
        contextVariables: asked.context
      },
      identityPolicies: asked.own.map((policy, number) => ({ name: `${number}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: asked.other
    },
    {}
  )
  console.log(JSON.stringify({ errors, result: overallResult, ignored: result?.ignoredContextKeys }))
}
