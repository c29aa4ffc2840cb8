/** Requests to the deployment: what is asked, when, and by which thread. */
package io.convexpowersync.source.pages;
