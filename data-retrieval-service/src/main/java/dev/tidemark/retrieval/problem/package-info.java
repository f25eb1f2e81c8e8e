/**
 * How failures become problems: what a thrown {@link
 * dev.tidemark.retrieval.problem.ProblemException} carries, what PostgreSQL's error codes mean to a
 * client, and how a problem is written. Knows JDBC and Spring MVC, and no other package of this
 * service.
 */
@NullMarked
package dev.tidemark.retrieval.problem;

import org.jspecify.annotations.NullMarked;
