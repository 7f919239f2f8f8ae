/** Questions to a person in one dialog, one at a time. */

export interface Question<Q, A> {
  readonly id: number
  readonly asked: Q
  /** Null: given up. */
  readonly resolve: (answer: A | null) => void
}

export interface Questions<Q, A> {
  ask(asked: Q): Promise<A | null>
  /** Ignored if the question is no longer the current one. */
  answer(question: Question<Q, A>, answer: A | null): void
}

/** `show` receives the question that the dialog shows from now on; null: none. */
export function createQuestions<Q, A>(show: (question: Question<Q, A> | null) => void): Questions<Q, A> {
  let current: Question<Q, A> | null = null
  let count = 0
  function replace(next: Question<Q, A> | null): void {
    // Resolve the previous question with null: its dialog is gone.
    current?.resolve(null)
    current = next
    show(next)
  }
  return {
    ask: (asked) =>
      new Promise((resolve) => {
        count += 1
        replace({ id: count, asked, resolve })
      }),
    answer(question, answer) {
      if (question !== current) return
      question.resolve(answer)
      replace(null)
    },
  }
}
