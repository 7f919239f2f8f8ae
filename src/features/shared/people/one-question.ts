/** Questions to a person in one dialog, one at a time. */

export interface Question<Q, A> {
  readonly id: number
  readonly asked: Q
  /** Null: given up. */
  readonly resolve: (answer: A | null) => void
}

export interface Questions<Q, A> {
  ask(asked: Q): Promise<A | null>
  /** An answer that comes when its question is gone changes nothing. */
  answer(question: Question<Q, A>, answer: A | null): void
}

/** `show`: what the dialog asks from now on; null: nothing. */
export function createQuestions<Q, A>(show: (question: Question<Q, A> | null) => void): Questions<Q, A> {
  let current: Question<Q, A> | null = null
  let count = 0
  function replace(next: Question<Q, A> | null): void {
    // Whoever asked before is answered: nobody waits for a dialog that is gone.
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
