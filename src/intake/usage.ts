/** An Error for what the user can put right in the command itself. */
export const usageError = (message: string): Error => Object.assign(new Error(message), { name: 'UsageError' });
