/** What extensions of every kind keep, and the guards that notice when one does not. */
package io.leba.testkit.contract;
